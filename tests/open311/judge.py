"""Judges an Open311 server by a client that others wrote: python judge.py BASE KEY

BASE is http://HOST:PORT of a sample port that is served, KEY an API key that may write. Everything that the client
`georeport` can ask is asked in both formats, and compared with each other. The last line is the count.
"""

import sys
import time
from datetime import datetime

import requests
from georeport import GeoReport

NAMES = ["service_request_id", "status", "status_notes", "service_name", "service_code", "description",
         "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
         "address", "address_id", "zipcode", "lat", "long", "media_url"]

passed, failed = 0, 0


def judge(name, holds, seen=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {name}: {seen}", file=sys.stderr)


def plain(value):
    """A value of XML as JSON has it: no text is null, one of a list is a list, words are words."""
    if isinstance(value, dict):
        return {name: plain(of) for name, of in value.items()}
    if isinstance(value, list):
        return [plain(of) for of in value]
    return {"true": True, "false": False}.get(value, value)


def listed(value):
    return value if isinstance(value, list) else [value]


def send(root, key, description):
    pairs = {"api_key": key, "service_code": "terminal-gate", "description": description,
             "address_string": "Gate 3", "attribute[container]": "ABCU1234560"}
    answer = requests.post(f"{root}/requests.json", data=pairs, timeout=30)
    judge("a request is sent", answer.status_code == 201, answer.text)
    return answer.json()[0]["service_request_id"]


def discovered(base):
    found = requests.get(f"{base}/open311/discovery.json", timeout=30).json()
    endpoint = next(of for of in found["endpoints"] if of["specification"].endswith("GeoReport_v2"))
    judge("discovery leads to the endpoint", endpoint["url"].startswith(base), endpoint)
    return endpoint["url"]


def client(root, form):
    return GeoReport(root, jurisdiction="CNDAL", output_format=form)


def services(json, xml):
    found = json.get_service_list()
    judge("services in both formats are the same", plain(listed(xml.get_service_list())) == found)
    judge("services have names", all(of["service_code"] and of["service_name"] for of in found), found)
    for service in (of for of in found if of["metadata"]):
        code = service["service_code"]
        one, other = json.get_service_definition(code), plain(xml.get_service_definition(code))
        attributes = listed(other["attributes"]["attribute"])
        for mine, its in zip(one["attributes"], attributes):
            its["order"] = int(its["order"])
            if "values" in its:
                its["values"] = listed(its["values"]["value"])
            judge(f"attribute {mine['code']} of {code}", its == mine, f"{mine} {its}")
        judge(f"definition of {code}", other["service_code"] == one["service_code"] == code
              and len(attributes) == len(one["attributes"]))


def of_time(text):
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else None


def one_request(json, xml, number):
    one = json.get_service_request(number)
    judge("one request has every member", sorted(one) == sorted(NAMES), one)
    judge("one request in both formats is the same", plain(xml.get_service_request(number)) == one, one)
    judge("it is open", one["status"] == "open" and one["service_request_id"] == number, one)
    judge("it came just now", abs(time.time() - of_time(one["requested_datetime"]).timestamp()) < 300, one)
    judge("nobody reads what it says", one["description"] is None and "judged" not in str(one), one)


def requests_listed(json, xml, first, second):
    both = json.get_service_requests(service_request_id=f"{first},{second}", status="closed")
    judge("requests by identifier", sorted(of["service_request_id"] for of in both) == sorted([first, second]), both)
    judge("the same in XML", plain(xml.get_service_requests(service_request_id=f"{first},{second}")) == both)
    every = json.get_service_requests()
    judge("the list has the new ones", {first, second} <= {of["service_request_id"] for of in every})
    for status in ["open", "closed"]:
        some = json.get_service_requests(status=status)
        judge(f"requests that are {status}", some and all(of["status"] == status for of in some), some)
    gate = json.get_service_requests(service_code="terminal-gate")
    judge("requests of a service", gate and all(of["service_code"] == "terminal-gate" for of in gate), gate)
    old = json.get_service_requests(start_date="2001-01-01T00:00:00+08:00", end_date="2001-03-01T00:00:00Z")
    judge("requests of a time before the first", old == [], old)
    judge("every time has its zone", all(of_time(of["updated_datetime"]) for of in every))


def refused(root):
    stranger = GeoReport(root, jurisdiction="USNYC")
    for name, ask in [("jurisdiction", stranger.get_service_list),
                      ("service", lambda: client(root, "json").get_service_definition("weather")),
                      ("request", lambda: client(root, "xml").get_service_request("2001-DAL-P000001"))]:
        try:
            ask()
            judge(f"an unknown {name} is refused", False, "it is answered")
        except requests.HTTPError as error:
            judge(f"an unknown {name} is refused", error.response.status_code == 404, error)


def main():
    base, key = sys.argv[1], sys.argv[2]
    root = discovered(base)
    first, second = send(root, key, "judged once"), send(root, key, "judged twice")
    json, xml = client(root, "json"), client(root, "xml")
    services(json, xml)
    one_request(json, xml, first)
    requests_listed(json, xml, first, second)
    refused(root)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
