"""AWS through boto3: on daemon threads, paced, with errors translated once."""
