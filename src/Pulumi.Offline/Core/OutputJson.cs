using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pulumi;

public static partial class Output
{
    public static Output<string> JsonSerialize<T>(Output<T> value, JsonSerializerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new Output<string>(Serialize());

        async Task<OutputData<string>> Serialize()
        {
            var data = await value.DataTask;
            var combination = new OutputCombination();
            combination.Take(data);
            if (!data.IsKnown)
                return combination.Of("");
            while (true)
            {
                var converter = new OutputJsonConverter();
                var json = JsonSerializer.Serialize(data.Value, converter.AddedTo(options));
                if (converter.Pending.Count == 0)
                {
                    foreach (var seen in converter.Seen)
                        combination.Take(seen);
                    return combination.Of(json);
                }

                // A converter cannot await: let what it met settle, then write again.
                await Task.WhenAll(converter.Pending);
            }
        }
    }

    public static Output<T> JsonDeserialize<T>(Output<string> json, JsonSerializerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return json.Apply(text => JsonSerializer.Deserialize<T>(text, new OutputJsonConverter().AddedTo(options))!);
    }
}

/// <summary>Writes outputs and inputs nested in a value, and remembers what was known about them.</summary>
internal sealed class OutputJsonConverter : JsonConverterFactory
{
    public List<OutputData<object?>> Seen { get; } = [];

    public List<Task> Pending { get; } = [];

    public override bool CanConvert(Type typeToConvert)
        => typeToConvert.IsGenericType
           && (typeToConvert.GetGenericTypeDefinition() == typeof(Output<>) || typeToConvert.GetGenericTypeDefinition() == typeof(Input<>));

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        var isOutput = typeToConvert.GetGenericTypeDefinition() == typeof(Output<>);
        var converter = (isOutput ? typeof(OfOutput<>) : typeof(OfInput<>)).MakeGenericType(typeToConvert.GetGenericArguments());
        return (JsonConverter)Activator.CreateInstance(converter, this)!;
    }

    public JsonSerializerOptions AddedTo(JsonSerializerOptions? options)
    {
        var copy = options is null ? new JsonSerializerOptions() : new JsonSerializerOptions(options);
        copy.Converters.Add(this);
        return copy;
    }

    private void Write<T>(Utf8JsonWriter writer, Output<T> output, JsonSerializerOptions options)
    {
        if (!output.DataTask.IsCompletedSuccessfully)
        {
            Pending.Add(output.DataTask);
            writer.WriteNullValue();
            return;
        }

        var data = output.DataTask.Result;
        Seen.Add(data.Untyped());
        if (data.IsKnown)
            JsonSerializer.Serialize(writer, data.Value, options);
        else
            writer.WriteNullValue();
    }

    private sealed class OfOutput<T>(OutputJsonConverter owner) : JsonConverter<Output<T>>
    {
        public override Output<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => Output.Create(JsonSerializer.Deserialize<T>(ref reader, options)!);

        public override void Write(Utf8JsonWriter writer, Output<T> value, JsonSerializerOptions options)
            => owner.Write(writer, value, options);
    }

    private sealed class OfInput<T>(OutputJsonConverter owner) : JsonConverter<Input<T>>
    {
        public override Input<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => JsonSerializer.Deserialize<T>(ref reader, options)!;

        public override void Write(Utf8JsonWriter writer, Input<T> value, JsonSerializerOptions options)
            => owner.Write(writer, (Output<T>)value, options);
    }
}
