"""Electronic signatures beside documents: handed in as files, read, checked against the document, kept with its bytes.

Whether a certificate was good is for the national certificate centre to say, and nobody asks it here.
"""
