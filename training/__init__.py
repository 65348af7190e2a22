"""The recipe of the models that tell an article from the furniture of its page."""
