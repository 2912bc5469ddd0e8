using System.Collections.Immutable;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Fleets;
using Moq;
using Pulumi;
using Pulumi.Testing;
using Pulumi.Utilities;

namespace GpuInfra.Infra.Tests;

/// <summary>What a run of the program declared.</summary>
internal sealed class Deployed
{
    private readonly List<Declared> _resources = [];

    /// <summary>Resources in no particular order, components left out.</summary>
    public IReadOnlyList<Declared> Resources => _resources;

    /// <summary>Names with their types and parents' types, ordered.</summary>
    public required IReadOnlyList<string> Urns { get; init; }

    /// <summary>The stack's outputs.</summary>
    public required IDictionary<string, object?> Outputs { get; init; }

    /// <summary>The functions of providers that were called, each with its arguments in the order of their names.</summary>
    public required IReadOnlyList<string> Asked { get; init; }

    public static Task<Deployed> Of(params Pool[] pools) => Of(A.FleetPlan(pools), A.Settings());

    public static Task<Deployed> Of(FleetPlan fleet, StackSettings settings) => Of(() => FleetProgram.Deploy(fleet, settings));

    /// <summary>Runs a program; the caller works in no project of Google Cloud unless one is named.</summary>
    public static async Task<Deployed> Of(Func<IDictionary<string, object?>> program, string callersProject = "")
    {
        var declared = new List<Declared>();
        var mocks = new Mock<IMocks>();
        mocks.Setup(mock => mock.NewResourceAsync(It.IsAny<MockResourceArgs>())).ReturnsAsync((MockResourceArgs args) =>
        {
            lock (declared)
            {
                declared.Add(new Declared(args.Type!, args.Name!, args.Provider ?? "", args.Inputs));
            }

            return ($"{args.Name}-id", State(args));
        });
        var asked = new List<string>();
        mocks.Setup(mock => mock.CallAsync(It.IsAny<MockCallArgs>())).ReturnsAsync((MockCallArgs args) =>
        {
            lock (asked)
            {
                asked.Add(string.Join(' ', args.Args.OrderBy(arg => arg.Key, StringComparer.Ordinal).Select(arg => arg.Value).Prepend(args.Token!)));
            }

            return args.Args
                .SetItem("project", callersProject)
                .SetItem("availabilityZone", $"name-of-{args.Args.GetValueOrDefault("availabilityZoneId")}")
                .SetItem("number", "42")
                .SetItem("emailAddress", "storage-agent@example.com");
        });
        var options = new TestOptions
        {
            ProjectName = "gpuinfra",
            StackName = "prod",
            RootDirectory = Repository.Root,
            IsPreview = false,
        };
        var (resources, outputs) = await Deployment.TestAsync(mocks.Object, options, program);
        var urns = await Task.WhenAll(resources.Select(resource => OutputUtilities.GetValueAsync(resource.Urn)));
        var deployed = new Deployed
        {
            Urns = [.. urns.Order(StringComparer.Ordinal)],
            Outputs = outputs,
            Asked = [.. asked.Order(StringComparer.Ordinal)],
        };
        deployed._resources.AddRange(declared.Where(resource => !resource.Type.StartsWith("gpuinfra:", StringComparison.Ordinal)
            && !resource.Type.StartsWith("pulumi:pulumi:", StringComparison.Ordinal)));
        return deployed;
    }

    /// <summary>All resources of a type token.</summary>
    public IReadOnlyList<Declared> All(string type) => [.. _resources.Where(resource => resource.Type == type)];

    /// <summary>The only resource of a type token.</summary>
    public Declared One(string type) => Assert.Single(All(type));

    /// <summary>What the cloud would add to the inputs.</summary>
    private static ImmutableDictionary<string, object> State(MockResourceArgs args) =>
        new Dictionary<string, object>
        {
            ["arn"] = $"arn:aws:mock:::{args.Name}",
            ["name"] = args.Name!,
            ["selfLink"] = $"link/{args.Name}",
            ["email"] = $"{args.Name}@example.com",
            ["latestVersion"] = 7,
            ["prefixListId"] = "pl-s3",
            ["availabilityZone"] = $"zone-name-of-{args.Name}",
            ["bucket"] = args.Name!,
            ["url"] = $"https://mock/{args.Name}",
        }.ToImmutableDictionary().SetItems(args.Inputs);
}
