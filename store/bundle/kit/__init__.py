"""What the reader's kit is made of: the texts, and a program that runs on the recipient's machine without Segl."""
