"""Writes AWS's managed policies, as moto (Apache-2.0) ships them: { name: document }, and with their paths."""

import json
import sys

import moto
from moto.iam.aws_managed_policies import aws_managed_policies_data

policies = json.loads(aws_managed_policies_data)
with open(sys.argv[1], "w", encoding="utf8") as out:
    json.dump({name: policy["Document"] for name, policy in policies.items()}, out)
details = {
    "source": f"moto {moto.__version__}",
    "date": max(policy["UpdateDate"] for policy in policies.values())[:10],
    "policies": {
        name: {"path": policy["Path"], "document": policy["Document"]}
        for name, policy in policies.items()
    },
}
with open(sys.argv[1].replace(".json", "-details.json"), "w", encoding="utf8") as out:
    json.dump(details, out)
print(f"{len(policies)} managed policies")
