using System.Collections.Immutable;
using Pulumi.Testing;
using Pulumi.Utilities;

namespace Pulumi.Offline.Tests.Runs;

/// <summary>What the official <c>TestAsync</c> shows and hides.</summary>
public sealed class MockTests
{
    [Fact]
    public async Task Mocks_see_plain_inputs_with_secrets_unwrapped_and_their_state_becomes_the_outputs()
    {
        var mocks = new RecordingMocks();
        var (resources, outputs) = await Deployment.TestAsync(mocks, new TestOptions { IsPreview = false }, () =>
        {
            var thing = new Thing("a", new ThingArgs
            {
                Label = Output.CreateSecret("s"),
                Tags = { ["k"] = "v" },
                Zones = new[] { "x", "y" },
                Colour = 3,
                Parts = new ThingPartArgs { Name = "disk", Count = 2 },
            });
            return new Dictionary<string, object?> { ["arn"] = thing.Arn };
        });

        var inputs = Assert.Single(mocks.Resources).Inputs;
        Assert.Equal(("s", 3.0), (inputs["label"], inputs["colour"]));
        Assert.Equal("v", ((ImmutableDictionary<string, object?>)inputs["tags"])["k"]);
        Assert.Equal(["x", "y"], ((ImmutableArray<object?>)inputs["zones"]).AsEnumerable());
        var part = (ImmutableDictionary<string, object?>)((ImmutableArray<object?>)inputs["parts"])[0]!;
        Assert.Equal(("disk", 2.0), (part["name"], part["count"]));

        var thing = Assert.IsType<Thing>(Assert.Single(resources));
        Assert.Equal("a_id", await OutputUtilities.GetValueAsync(thing.Id));
        Assert.Equal("arn:a", await OutputUtilities.GetValueAsync((Output<string>)outputs["arn"]!));
        Assert.Equal(0, await OutputUtilities.GetValueAsync(thing.Size));
        Assert.Equal(thing, Assert.Single(await OutputUtilities.GetDependenciesAsync(thing.Arn)));
    }

    [Fact]
    public async Task Tests_are_previews_unless_told_otherwise_and_URNs_hold_the_stacks_type()
    {
        var resources = await Deployment.TestAsync(new RecordingMocks(), new TestOptions(), () =>
        {
            Assert.True(Deployment.Instance.IsDryRun);
            _ = new Group("g", null, "a");
        });

        var thing = resources.OfType<Thing>().Single();
        Assert.False(await OutputUtilities.GetIsKnownAsync(thing.Size));
        Assert.True(await OutputUtilities.GetIsKnownAsync(thing.Id));
        Assert.Equal(
            "urn:pulumi:stack::project::pulumi:pulumi:Stack$test:index/thing:Thing::g-a",
            await OutputUtilities.GetValueAsync(thing.Urn));
    }

    [Fact]
    public async Task Duplicates_unknown_inputs_and_unknown_types_are_accepted()
    {
        var resources = await Deployment.TestAsync(new EmptyMocks(), new TestOptions(), () =>
        {
            _ = new CustomResource("aws:no/such:Type", "a", new DictionaryResourceArgs(ImmutableDictionary<string, object?>.Empty.Add("x", 1)));
            _ = new Thing("a");
            _ = new Thing("a");
        });
        Assert.Equal(3, resources.Length);
    }

    [Fact]
    public async Task The_root_directory_is_there_only_if_set()
    {
        var error = await Assert.ThrowsAsync<RunException>(() => Deployment.TestAsync(
            new EmptyMocks(), new TestOptions(), () => { _ = Deployment.Instance.RootDirectory; }));
        Assert.Contains("RootDirectory", error.Message, StringComparison.Ordinal);
        await Deployment.TestAsync(
            new EmptyMocks(), new TestOptions { RootDirectory = "/r" }, () => Assert.Equal("/r", Deployment.Instance.RootDirectory));
    }

    [Fact]
    public async Task Configuration_comes_from_the_environment()
    {
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", """{"project:image":"ami-1","aws:config:region":"us-east-1"}""");
        try
        {
            await Deployment.TestAsync(new EmptyMocks(), new TestOptions(), () =>
            {
                Assert.Equal("ami-1", new Config().Require("image"));
                Assert.Equal("us-east-1", new Config("aws").Require("region"));
            });
        }
        finally
        {
            Environment.SetEnvironmentVariable("PULUMI_CONFIG", null);
        }
    }

    [Fact]
    public async Task Calls_reach_the_mocks_and_errors_the_test()
    {
        var mocks = new RecordingMocks();
        await Deployment.TestAsync(mocks, new TestOptions(), () =>
        {
            var provider = new TestProvider("p");
            Deployment.Instance.Invoke<ImmutableDictionary<string, object>>(
                "test:index:f", InvokeArgs.Empty, new InvokeOptions { Provider = provider });
        });
        var call = Assert.Single(mocks.Calls);
        Assert.Equal("test:index:f", call.Token);
        Assert.EndsWith("::p::p_id", call.Provider, StringComparison.Ordinal);

        var many = await Assert.ThrowsAsync<AggregateException>(() => Deployment.TestAsync(mocks, new TestOptions(), () =>
        {
            _ = Offline.Failing(new RunException("one"));
            _ = Offline.Failing(new RunException("two"));
        }));
        Assert.Equal(["one", "two"], many.InnerExceptions.Select(error => error.Message));
    }

    [Fact]
    public async Task A_stack_class_is_among_the_resources_of_its_test()
    {
        var resources = await Deployment.TestAsync<OneThingStack>(new RecordingMocks());
        Assert.Equal([typeof(OneThingStack), typeof(Thing)], resources.Select(resource => resource.GetType()));
    }

    private sealed class OneThingStack : Stack
    {
        public OneThingStack() => _ = new Thing("a");
    }

    private sealed class RecordingMocks : IMocks
    {
        public List<MockResourceArgs> Resources { get; } = [];

        public List<MockCallArgs> Calls { get; } = [];

        public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
        {
            Resources.Add(args);
            return Task.FromResult<(string?, object)>(($"{args.Name}_id", args.Inputs.SetItem("arn", $"arn:{args.Name}")));
        }

        public Task<object> CallAsync(MockCallArgs args)
        {
            Calls.Add(args);
            return Task.FromResult<object>(args.Args);
        }
    }
}
