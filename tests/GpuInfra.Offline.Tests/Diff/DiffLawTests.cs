using System.Text.Json;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Diff.Reading;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Diff;

/// <summary>What holds for any two records; 300 seeded random pairs.</summary>
public class DiffLawTests
{
    private static readonly string[] Types = [R.Vpc, R.Subnet, R.Role, R.Reservation, R.Group, "aws:ec2/routeTable:RouteTable"];
    private static readonly string[] Properties = ["name", "cidrBlock", "vpcId", "tags", "instanceCount", "odd.name"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 300)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_record_does_not_differ_from_itself_and_what_one_way_creates_the_other_way_deletes(int seed)
    {
        var random = new Random(seed);
        var (a, b) = (Any(random), Any(random));
        Assert.True(R.Diff(a, a).IsEmpty);
        Assert.True(R.Diff(a, a).Passed);
        Assert.Equal(Of(R.Diff(a, b), ResourceAction.Create), Of(R.Diff(b, a), ResourceAction.Delete));
        Assert.Equal(Of(R.Diff(a, b), ResourceAction.Delete), Of(R.Diff(b, a), ResourceAction.Create));
        Assert.Equal(a.Resources.Length, R.Diff(b, a).Same + R.Diff(b, a).Resources.Count(change => change.Action != ResourceAction.Delete));
        Assert.NotEmpty(RecordDiffJson.ToJson(R.Diff(a, b)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_resource_is_read_back_as_it_was_written(int seed)
    {
        foreach (var resource in Any(new Random(seed)).Resources)
        {
            var text = RecordJson.ToText(resource);
            using var document = JsonDocument.Parse(text);
            Assert.Equal(text, RecordJson.ToText(RecordValues.Resource(new RecordNode(document.RootElement, ""))));
        }
    }

    private static List<string> Of(RecordDiff diff, ResourceAction action) =>
        [.. diff.Resources.Where(change => change.Action == action).Select(change => change.Urn)];

    private static StackRecord Any(Random random)
    {
        var resources = new List<ResourceRecord>();
        foreach (var name in Enumerable.Range(0, random.Next(8)).Select(i => $"r{i}"))
        {
            var inputs = Properties.Where(_ => random.Next(2) == 0).Select(property => (property, Value(random, 2))).ToArray();
            var resource = R.Resource(Types[random.Next(Types.Length)], name, inputs).With(options => options with
            {
                Protect = random.Next(4) == 0,
                IgnoreChanges = random.Next(4) == 0 ? ["tags"] : [],
            });
            resources.Add(resources.Count > 0 && random.Next(2) == 0
                ? resource.From("vpcId", resources[random.Next(resources.Count)])
                : resource);
        }

        return R.Record([.. resources]);
    }

    private static PropertyValue Value(Random random, int depth) => random.Next(depth == 0 ? 5 : 7) switch
    {
        0 => Prod.Text(random.Next(3).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        1 => R.Number(random.Next(3)),
        2 => R.Unknown,
        3 => R.Secret,
        4 => new PropertyValue.Bool(random.Next(2) == 0),
        5 => Prod.List([.. Enumerable.Range(0, random.Next(3)).Select(_ => Value(random, depth - 1))]),
        _ => Prod.Map([.. Enumerable.Range(0, random.Next(3)).Select(i => ($"k{i}", Value(random, depth - 1)))]),
    };
}
