"""A term of the demo school: two hundred simulated learners, and the adaptive tests that they took in fourteen weeks.

names.py      people's names, from lists of our own
traits.py     what a simulated learner is like: ability over time, strong and weak skills, misconceptions, pace
timetable.py  who sits which test when: assignments with their windows, homework, weeks that were missed
sittings.py   every test of everybody, answered in step by the engine's own rules
questions.py  the bank as those who answer it meet it
roster.py     the classes and their people
history.py    what the product would have written of a test
rows.py       everything to write of a class
seed.py       writes it

Everything follows from names and the day on which it is written: the same day gives the same term.
"""
