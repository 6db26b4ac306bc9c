"""What people do from beginning to end. A package, so that pytest ends the journeys' browser and host with them."""
