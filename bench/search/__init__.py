"""How well search answers: a judged set of queries over the demo community, and the bench that asks them."""
