"""The whole report, as JSON under its schema and as the text that the terminal shows."""
