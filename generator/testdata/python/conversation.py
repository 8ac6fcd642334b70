"""Talks to an identity, an inventory and an asset plugin as a client of Cloudforet does.

Reads JSON on stdin: {"identity", "inventory", "plugin": where they answer, "domain",
"password": of the administrator admin, "system_token"}. Ends with the number of calls.
"""

import json
import sys

from client import ApiError, Client

calls = 0


def call(client, method, params=None, **said):
    global calls
    calls += 1
    return client.call(method, params, **said)


def refused(status, code, client, method, params=None, **said):
    """The call has to be refused with these."""
    try:
        answer = call(client, method, params, **said)
        if not isinstance(answer, dict):
            answer = list(answer)
    except ApiError as error:
        assert (error.status, error.code) == (status, code), f"{method}: {error}"
        assert error.text, f"{method}: no text behind the code"
        return
    raise AssertionError(f"{method} answered {answer}, and had to be refused with {code}")


def has(answer, **members):
    """The answer has these members, and perhaps others."""
    for name, value in members.items():
        assert answer.get(name) == value, f"{name} is {answer.get(name)!r}, not {value!r}, in {answer}"
    return answer


def sign_in(identity, domain, user, password):
    return call(identity, "Token.issue", {
        "domain_id": domain, "auth_type": "LOCAL", "credentials": {"user_id": user, "password": password},
    })


def grant(identity, refresh_token, **scope):
    return call(identity, "Token.grant", {"grant_type": "REFRESH_TOKEN", "token": refresh_token, **scope})


def with_identity(said):
    """Signs in, makes two workspaces and their owner and member, and gives their tokens."""
    identity = Client(said["identity"])
    assert "spaceone.api.identity.v2.Token" in identity.services()
    refused("UNAUTHENTICATED", "ERROR_AUTHENTICATE_FAILURE", identity, "Workspace.list")
    domain = has(call(identity, "Domain.get_auth_info", {"name": said["domain"]}), name=said["domain"])["domain_id"]
    refused("UNAUTHENTICATED", "ERROR_AUTHENTICATE_FAILURE", identity, "Token.issue", {
        "domain_id": domain, "auth_type": "LOCAL", "credentials": {"user_id": "admin", "password": "Wrong 1 it is"},
    })
    issued = sign_in(identity, domain, "admin", said["password"])
    key = json.loads(call(identity, "Domain.get_public_key", {"domain_id": domain}, token=said["system_token"])["public_key"])
    has(key, kty="RSA")
    granted = has(grant(identity, issued["refresh_token"], scope="DOMAIN"), role_type="DOMAIN_ADMIN", domain_id=domain)
    admin = granted["access_token"]

    workspaces = [call(identity, "Workspace.create", {"name": name}, token=admin)["workspace_id"] for name in ("first", "second")]
    refused("INVALID_ARGUMENT", "ERROR_INCORRECT_PASSWORD_FORMAT", identity, "User.create", {"user_id": "ann@example.com", "password": "short"}, token=admin)
    tokens = {"admin": admin}
    for user, role, workspace in (("ann@example.com", "owner", 0), ("bob@example.com", "member", 1)):
        call(identity, "User.create", {"user_id": user, "auth_type": "LOCAL", "password": "It is 1 secret"}, token=admin)
        refused("ALREADY_EXISTS", "ERROR_SAVE_UNIQUE_VALUES", identity, "User.create", {"user_id": user, "auth_type": "LOCAL", "password": "It is 1 secret"}, token=admin)
        call(identity, "RoleBinding.create", {
            "user_id": user, "role_id": f"managed-workspace-{role}", "resource_group": "WORKSPACE", "workspace_id": workspaces[workspace],
        }, token=admin)
        own = sign_in(identity, domain, user, "It is 1 secret")
        listed = call(identity, "UserProfile.get_workspaces", {}, token=own["access_token"])["results"]
        assert [w["workspace_id"] for w in listed] == [workspaces[workspace]], listed
        try:
            grant(identity, own["refresh_token"], scope="WORKSPACE", workspace_id=workspaces[1 - workspace])
            raise AssertionError("a token for a workspace of others was granted")
        except ApiError as error:
            assert error.status in ("PERMISSION_DENIED", "NOT_FOUND"), error
        tokens[role] = has(
            grant(identity, own["refresh_token"], scope="WORKSPACE", workspace_id=workspaces[workspace]),
            role_type=f"WORKSPACE_{role.upper()}", workspace_id=workspaces[workspace],
        )["access_token"]
    refused("PERMISSION_DENIED", "ERROR_PERMISSION_DENIED", identity, "Workspace.create", {"name": "third"}, token=tokens["owner"])
    return domain, workspaces, tokens


def with_inventory(said, domain, workspaces, tokens):
    """Keeps regions: what each caller may, and what queries answer."""
    inventory = Client(said["inventory"])
    refused("UNAUTHENTICATED", "ERROR_AUTHENTICATE_FAILURE", inventory, "Region.list")
    refused("INVALID_ARGUMENT", "ERROR_REQUIRED_PARAMETER", inventory, "Region.create", {"provider": "aws"}, token=tokens["owner"])
    refused("PERMISSION_DENIED", "ERROR_PERMISSION_DENIED", inventory, "Region.create", {"name": "Seoul", "region_code": "ap-2"}, token=tokens["member"])
    made = []
    for name, code, provider in (("Seoul", "ap-2", "aws"), ("Tokyo", "ap-1", "aws"), ("Frankfurt", "eu-1", "azure")):
        made.append(has(call(inventory, "Region.create", {
            "name": name, "region_code": code, "provider": provider, "tags": {"env": "prod", "size": len(name)},
        }, token=tokens["owner"]), domain_id=domain, workspace_id=workspaces[0], name=name))
    refused("ALREADY_EXISTS", "ERROR_SAVE_UNIQUE_VALUES", inventory, "Region.create", {"name": "Seoul 2", "region_code": "ap-2"}, token=tokens["owner"])
    refused("NOT_FOUND", "ERROR_NOT_FOUND", inventory, "Region.get", {"region_id": "region-none"}, token=tokens["owner"])
    refused("NOT_FOUND", "ERROR_NOT_FOUND", inventory, "Region.get", {"region_id": made[0]["region_id"]}, token=tokens["member"])
    has(call(inventory, "Region.get", {"region_id": made[0]["region_id"]}, token=tokens["admin"]), tags={"env": "prod", "size": 5})
    has(call(inventory, "Region.update", {"region_id": made[0]["region_id"], "name": "Seoul (KR)"}, token=tokens["owner"]), name="Seoul (KR)", region_code="ap-2")

    def names(query, **said_too):
        answer = call(inventory, "Region.list", {"query": query}, **{"token": tokens["owner"], **said_too})
        return [r["name"] for r in answer.get("results", [])], answer.get("total_count", 0)

    by_name = [{"key": "name"}]
    assert names({"sort": by_name}) == (["Frankfurt", "Seoul (KR)", "Tokyo"], 3)
    assert names({"sort": by_name, "page": {"start": 2, "limit": 1}}) == (["Seoul (KR)"], 3)
    assert names({"filter": [{"k": "provider", "v": "aws", "o": "eq"}], "sort": by_name})[0] == ["Seoul (KR)", "Tokyo"]
    assert names({"filter": [{"k": "tags.size", "v": 5, "o": "gt"}]})[0] == ["Frankfurt"]
    assert names({"keyword": "tokyo frank", "sort": by_name})[0] == ["Frankfurt", "Tokyo"]
    assert names({}, token=tokens["member"]) == ([], 0)
    assert names({"sort": by_name}, token=said["system_token"], x_domain_id=domain)[1] == 3
    assert names({}, token=said["system_token"], x_domain_id=domain, x_workspace_id=workspaces[1]) == ([], 0)
    only = call(inventory, "Region.list", {"query": {"only": ["name"], "filter": [{"k": "region_code", "v": "ap-1", "o": "eq"}]}}, token=tokens["owner"])
    assert only["results"] == [{"region_id": made[1]["region_id"], "name": "Tokyo"}], only
    refused("INVALID_ARGUMENT", "ERROR_OPERATOR_LIST_VALUE_TYPE", inventory, "Region.list", {"query": {"filter": [{"k": "name", "v": "x", "o": "in"}]}}, token=tokens["owner"])
    refused("INVALID_ARGUMENT", "ERROR_DB_QUERY", inventory, "Region.list", {"query": {"filter": [{"k": "colour", "v": "x", "o": "eq"}]}}, token=tokens["owner"])

    groups = {"group": {"keys": [{"key": "provider", "name": "provider"}], "fields": [{"name": "n", "operator": "count"}]}}
    counted = call(inventory, "Region.stat", {"query": {"aggregate": [groups, {"sort": [{"key": "provider"}]}]}}, token=tokens["owner"])
    assert counted["results"] == [{"provider": "aws", "n": 2}, {"provider": "azure", "n": 1}], counted
    assert call(inventory, "Region.stat", {"query": {"distinct": "provider"}}, token=tokens["owner"])["results"] == ["aws", "azure"]
    analyzed = call(inventory, "Region.analyze", {"query": {
        "group_by": ["provider"], "fields": {"size": {"key": "tags.size", "operator": "sum"}}, "sort": [{"key": "size", "desc": True}], "page": {"start": 1, "limit": 1},
    }}, token=tokens["owner"])
    assert analyzed == {"results": [{"provider": "aws", "size": 10}], "more": True}, analyzed
    call(inventory, "Region.delete", {"region_id": made[2]["region_id"]}, token=tokens["owner"])
    refused("NOT_FOUND", "ERROR_NOT_FOUND", inventory, "Region.delete", {"region_id": made[2]["region_id"]}, token=tokens["owner"])


def with_plugin(said):
    """Has a plugin say what it knows, and collect: its answers come one by one."""
    plugin = Client(said["plugin"])
    metadata = call(plugin, "Collector.init", {"options": {}})["metadata"]
    assert "inventory.CloudService" in metadata["supported_resource_type"], metadata
    call(plugin, "Collector.verify", {"options": {}, "secret_data": {}})
    refused("INVALID_ARGUMENT", "ERROR_INVALID_PARAMETER", plugin, "Collector.verify", {"options": {"colour": "red"}, "secret_data": {}})
    collected = list(call(plugin, "Collector.collect", {"options": {"region_code": "here"}, "secret_data": {}}))
    assert len(collected) > 3 and all(one["state"] == "SUCCESS" for one in collected), collected
    assert collected[0]["resource"]["region_code"] == "here", collected[0]
    refused("INVALID_ARGUMENT", "ERROR_INVALID_PARAMETER", plugin, "Collector.collect", {"options": {"colour": "red"}, "secret_data": {}})


told = json.load(sys.stdin)
with_inventory(told, *with_identity(told))
with_plugin(told)
print(json.dumps({"calls": calls}))
