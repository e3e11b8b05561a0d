"""Registers: the spreadsheets lenders upload, read, checked, previewed and accepted whole or not at all."""
