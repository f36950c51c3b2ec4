"""Commands that people write in comments: what they say, who may give them, and the words of the answers."""
