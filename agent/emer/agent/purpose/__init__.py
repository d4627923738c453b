"""What analyses are for, what the law forbids, and what the people concerned must be told.

``policy`` refuses what is prohibited, ``asking`` asks once at a terminal, ``for_people`` writes the
notice that is given to the people who are analysed, ``command`` prints it.
"""
