using System.Text.Json;

namespace Pulumi;

/// <summary>An input that holds any JSON.</summary>
public sealed class InputJson : Input<JsonElement>
{
    public InputJson()
        : this(Pulumi.Output.Create(default(JsonElement)))
    {
    }

    private InputJson(Output<JsonElement> output)
        : base(output)
    {
    }

    public static implicit operator InputJson(string json) => JsonDocument.Parse(json);

    public static implicit operator InputJson(JsonDocument document) => document.RootElement;

    public static implicit operator InputJson(JsonElement element) => new(Pulumi.Output.Create(element));

    public static implicit operator InputJson(Output<string> json) => new(json.Apply(text => JsonDocument.Parse(text).RootElement));

    public static implicit operator InputJson(Output<JsonDocument> document) => new(document.Apply(json => json.RootElement));

    public static implicit operator InputJson(Output<JsonElement> element) => new(element);
}
