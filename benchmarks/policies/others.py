"""
Runs another tool over { name: document } from standard input.

usage: others.py cloudsplaining|parliament|parliament-community

Prints { "import": T, "total": T, "slowest": seconds of the clock, "found": { name: { category: [actions] } } },
where T is { "clock": seconds, "processor": seconds }; a document that the tool dies of has the category "crash".
"""

import json
import logging
import sys
import time

logging.disable(logging.CRITICAL)


def cloudsplaining():
    from cloudsplaining.scan.policy_document import PolicyDocument

    def analyse(document):
        policy = PolicyDocument(document)
        found = {
            "PrivilegeEscalation": [a for p in policy.allows_privilege_escalation for a in p["actions"]],
            "ResourceExposure": policy.permissions_management_without_constraints,
            "CredentialsExposure": policy.credentials_exposure,
            "DataExfiltration": policy.allows_data_exfiltration_actions,
            "ServiceWildcard": [f"{service}:*" for service in policy.service_wildcard],
            "InfrastructureModification": policy.infrastructure_modification,
        }
        return {category: sorted(set(actions)) for category, actions in found.items() if actions}

    return analyse


BREADTH = {
    "PRIVILEGE_ESCALATION",
    "PERMISSIONS_MANAGEMENT_ACTIONS",
    "CREDENTIALS_EXPOSURE",
    "RESOURCE_STAR",
    "RESOURCE_EFFECTIVELY_STAR",
    "NOTRESOURCE_WITH_ALLOW",
    "NOTPRINCIPAL_WITH_ALLOW",
    "SINGLE_VALUE_CONDITION_TOO_PERMISSIVE",
    "SENSITIVE_ACCESS",
}


def parliament(community):
    from parliament import analyze_policy_string

    def analyse(document):
        found = {}
        for finding in analyze_policy_string(json.dumps(document), include_community_auditors=community).findings:
            if finding.issue not in BREADTH:
                continue
            location = finding.location if isinstance(finding.location, dict) else {}
            actions = location.get("actions") or location.get("action") or []
            actions = [actions] if isinstance(actions, str) else list(actions)
            if not actions and isinstance(finding.detail, dict):
                actions = finding.detail.get("actions", [])
            found.setdefault(finding.issue, []).extend(str(action) for action in actions)
        return found

    return analyse


def since(start):
    return {"clock": time.perf_counter() - start[0], "processor": time.process_time() - start[1]}


def now():
    return time.perf_counter(), time.process_time()


started = now()
tool = sys.argv[1]
analyse = cloudsplaining() if tool == "cloudsplaining" else parliament(tool == "parliament-community")
imported = since(started)
documents = json.load(sys.stdin)
found = {}
slowest = 0.0
started = now()
for name, document in documents.items():
    began = time.perf_counter()
    try:
        found[name] = analyse(document)
    except Exception as error:  # the tool's own fault is a result of the comparison
        found[name] = {"crash": [type(error).__name__]}
    slowest = max(slowest, time.perf_counter() - began)
json.dump({"import": imported, "total": since(started), "slowest": slowest, "found": found}, sys.stdout)
