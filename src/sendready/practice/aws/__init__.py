"""The practice AWS: SES, Route 53, SNS, SQS, STS, EventBridge and CloudWatch over HTTP, from botocore's own models."""
