"""What a usual face looks like, so that two sightings of one clip can be compared.

``material`` faces of clips and photos · ``judging`` how well persons are told apart ·
``export`` the graph · ``card`` its card · ``command`` all of it
"""
