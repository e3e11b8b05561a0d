"""Charts as SVG made on the server: drawn with attributes only, so that they pass a strict content policy and print.

A chart always stands beside the table it is drawn from; it shows, it never is the only place of a figure.
"""
