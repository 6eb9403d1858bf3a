"""What people and programs read: text, JSON, and records in the forms DNS hosts take."""
