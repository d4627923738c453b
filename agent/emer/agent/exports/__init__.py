"""What a finished analysis can be handed on as: pages, pictures, tables, annotation files.

One format is one module with ``write(material, path)``; ``formats.FORMATS`` lists them.
"""
