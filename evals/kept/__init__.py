"""How well kept answers answer: 30 of them asked in other words in two languages, and questions that have none."""
