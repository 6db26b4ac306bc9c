"""A school: its classes, who teaches and who learns in them, what is set as work, and how classes get on."""
