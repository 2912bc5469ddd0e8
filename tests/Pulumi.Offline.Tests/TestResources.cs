using System.Collections.Immutable;

namespace Pulumi.Offline.Tests;

/// <summary>A resource of no real package, shaped as a generated class is.</summary>
internal sealed class Thing : CustomResource
{
    public Thing(string name, ThingArgs? args = null, CustomResourceOptions? options = null)
        : base("test:index/thing:Thing", name, args ?? new ThingArgs(), options)
    {
    }

    [Output("label")]
    public Output<string?> Label { get; private set; } = null!;

    [Output("arn")]
    public Output<string> Arn { get; private set; } = null!;

    [Output("size")]
    public Output<int> Size { get; private set; } = null!;

    [Output("tags")]
    public Output<ImmutableDictionary<string, string>?> Tags { get; private set; } = null!;

    [Output("parts")]
    public Output<ImmutableArray<ThingPart>> Parts { get; private set; } = null!;
}

internal sealed class ThingArgs : ResourceArgs
{
    [Input("tags")]
    private InputMap<string>? _tags;

    [Input("label")]
    public Input<string>? Label { get; set; }

    public InputMap<string> Tags
    {
        get => _tags ??= [];
        set => _tags = value;
    }

    [Input("zones")]
    public InputList<string>? Zones { get; set; }

    [Input("parts")]
    public InputList<ThingPartArgs>? Parts { get; set; }

    [Input("policy", json: true)]
    public Input<ThingPartArgs>? Policy { get; set; }

    [Input("colour")]
    public InputUnion<Colour, int>? Colour { get; set; }

    [Input("document")]
    public InputJson? Document { get; set; }

    [Input("user")]
    public Input<AssetOrArchive>? Asset { get; set; }
}

internal sealed class ThingPartArgs : ResourceArgs
{
    [Input("name", required: true)]
    public Input<string> Name { get; set; } = null!;

    [Input("count")]
    public Input<int>? Count { get; set; }
}

[OutputType]
internal sealed class ThingPart
{
    public readonly int? Count;
    public readonly string Id;
    public readonly string Name;

    [OutputConstructor]
    private ThingPart(int? count, string id, string name)
    {
        Count = count;
        Id = id;
        Name = name;
    }
}

[EnumType]
internal readonly struct Colour : IEquatable<Colour>
{
    private readonly string _value;

    private Colour(string value) => _value = value;

    public static Colour Red { get; } = new("red");

    public static explicit operator string(Colour value) => value._value;

    public bool Equals(Colour other) => _value == other._value;
}

internal sealed class TestProvider(string name, CustomResourceOptions? options = null)
    : ProviderResource("test", name, ResourceArgs.Empty, options);

/// <summary>A component that makes things named after it.</summary>
internal sealed class Group : ComponentResource
{
    public Group(string name, ComponentResourceOptions? options = null, params string[] things)
        : base("gpuinfra:test:Group", name, options)
    {
        Things = [.. things.Select(thing => new Thing($"{name}-{thing}", new ThingArgs(), new CustomResourceOptions { Parent = this }))];
        RegisterOutputs(new Dictionary<string, object?> { ["ids"] = Output.All(Things.Select(thing => thing.Id)) });
    }

    public ImmutableArray<Thing> Things { get; }
}
