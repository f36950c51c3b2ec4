"""Which call wants a guard of its own: a trained model over what the repository, the field and the function say."""
