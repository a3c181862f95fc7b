"""An order of recommendations that is learned from feedback, and served only once replay showed that it is better."""
