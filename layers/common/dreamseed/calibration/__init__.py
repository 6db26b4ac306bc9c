"""What is found out about banks and designs before and while they are used. Now: simulations of a test design."""
