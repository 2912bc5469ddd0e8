using System.Globalization;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>coldStart</c> of a serving.</summary>
internal static class ColdStartSection
{
    private const string Auto = "auto";
    private const int MostWarm = 1_000;

    private static readonly Key<TimeSpan?> Target = Key.OptionalNumber(
        "target", Quantities.Duration("1s", "12h"), "From asking for a machine to its replicas' first token, as 5m. Left out, nothing is promised.");

    private static readonly Key<StorageWish> Storage = Key.Optional(
        "storage",
        new ChoiceValue<StorageWish>(
            new(Auto, new(null)),
            new("objectStore", new(WeightStore.ObjectStore)),
            new("sharedFileSystem", new(WeightStore.SharedFileSystem)),
            new("bakedImage", new(null), "nobody makes images with weights in them yet, and a machine image is pinned by the stack's configuration: use auto, sharedFileSystem on AWS, or scaling.standby"),
            new("localCache", new(null), "a new machine's own disks are empty: the cache speeds up restarts by itself"),
            new("warmStandby", new(null), "machines that wait are counted by warmPool")),
        "Where weights come from: auto is the cheapest that can be deployed and meets the target; sharedFileSystem is EFS, on AWS alone.",
        new StorageWish(null));

    private static readonly Key<WarmWish> WarmPool = Key.Optional(
        "warmPool",
        new ScalarValue<WarmWish>(
            "auto or a number of machines",
            (node, _) => node.Text == Auto ? new WarmWish(null)
                : int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var machines) && machines <= MostWarm ? new WarmWish(machines)
                : Parsed<WarmWish>.Refused($"{HumanUnits.Quote(node.Text)} is neither auto nor a number of machines from 0 to 1000"),
            () => new JsonObject
            {
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["const"] = Auto }, new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = MostWarm }),
            },
            wish => wish.Machines?.ToString(CultureInfo.InvariantCulture) ?? Auto),
        "Machines that run loaded and wait in each region: auto is as many as the target and growth need.",
        new WarmWish(null));

    public static readonly PlanValue<ColdStartWish> Value = new Section<ColdStartWish>(
        [Target, Storage, WarmPool],
        fields => new ColdStartWish(fields.Get(Target), fields.Get(Storage).Store, fields.Get(WarmPool).Machines));

    private sealed record StorageWish(WeightStore? Store);

    private sealed record WarmWish(int? Machines);
}
