"""One ``Forge`` protocol; each forge turns webhooks into events and suggestions into comments."""
