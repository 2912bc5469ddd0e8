"""What a router's agent sees where replicas span machines: of these the heads alone, since the others answer nobody. The program puts this into the agent's file, with what spans."""
import json

LOOK_EVERY = 3  # Steps between two looks who the heads are; one that loads weights takes minutes.


def head_of(text: str) -> str | None:
    """The address of a replica's head; None while not all of its machines are there, or not all ready for the same beginning."""
    told = json.loads(text)
    members = told["members"]
    return members[0]["address"] if all(member and member["ready"] == told["epoch"] for member in members) else None


def seeing_heads(cloud: type, spans: dict[str, str]) -> type:
    """A cloud of which the agent sees no machine that is not a head, of pools that span: by name, with the folder of the bucket where their machines meet."""
    class Seen(cloud):
        looks, heads = 0, {}

        def machines(self) -> list[dict]:
            machines = super().machines()
            if self.looks % LOOK_EVERY == 0:
                self.heads = {pool: {head_of(self.read(key)) for key in self.list(f"{folder}/")} for pool, folder in spans.items()}
            self.looks += 1
            return [machine for machine in machines if machine["pool"] not in spans or machine["address"] in self.heads[machine["pool"]]]

        def list(self, prefix: str) -> list[str]:
            bucket = self.settings["BUCKET"]
            if hasattr(self, "s3"):
                pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
                return [found["Key"] for page in pages for found in page.get("Contents", [])]
            found, query = [], {"prefix": prefix}
            while True:
                page = json.loads(self._get("storage", f"storage/v1/b/{bucket}/o", query))
                found += [item["name"] for item in page.get("items", [])]
                if not page.get("nextPageToken"):
                    return found
                query = query | {"pageToken": page["nextPageToken"]}
    return Seen
