"""The calls that are made to the model behind the analyst: what it is given, what it must answer.

Every task is one JSON document; every answer is bound to a schema. The planning tasks hold the
user's question and typed facts only. Words from the media and retrieved cases occur in the other
tasks alone, as quoted data with the id of their evidence, and those calls have no tools.
"""
