"""What a learner knows: a state for each skill, traced through every answer, and an ability on the tests' scale."""
