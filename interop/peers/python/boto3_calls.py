"""Who am I, which roles are there, a file to S3 and back: prints one line of JSON."""
import json
import os
import sys

import boto3
from botocore.config import Config

endpoint = os.environ.get("ENDPOINT") or None
bucket = sys.argv[1]
session = boto3.Session()
path_style = Config(s3={"addressing_style": "path"}) if endpoint else None


def client(name):
    return session.client(name, endpoint_url=endpoint, config=path_style)


body = os.urandom(70_000)
s3 = client("s3")
s3.put_object(Bucket=bucket, Key="from boto3/ä+b.bin", Body=body)
read = s3.get_object(Bucket=bucket, Key="from boto3/ä+b.bin")["Body"].read()
print(
    json.dumps(
        {
            "arn": client("sts").get_caller_identity()["Arn"],
            "roles": [r["RoleName"] for r in client("iam").list_roles()["Roles"]],
            "isSameObject": read == body,
        }
    )
)
