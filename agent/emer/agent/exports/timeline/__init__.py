"""The timeline as a picture: what is drawn (contents), where (sheets, lanes), and how (pen, style).

``drawing.draw(report)`` returns a figure; formats are thin modules around it.
"""
