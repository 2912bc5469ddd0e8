using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pulumi.Offline;

/// <summary>
/// Records as JSON: keys ordered, numbers invariant, a secret as <c>{"secret": true}</c> whatever it holds, an unknown as
/// <c>{"unknown": true}</c>.
/// </summary>
public static class RecordJson
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const int MostPending = 1 << 20;

    private static readonly JsonWriterOptions Compact = Indented with { Indented = false };

    /// <summary>A property value as compact JSON.</summary>
    public static string ToText(PropertyValue value) => ToText(writer => Write(writer, value), Compact);

    /// <summary>A resource as indented JSON.</summary>
    public static string ToText(ResourceRecord resource) => ToText(writer => Write(writer, resource), Indented);

    /// <summary>A run's resources, invokes and outputs as indented JSON.</summary>
    public static string ToText(RunRecord run) => ToText(writer => Write(writer, run), Indented);

    /// <summary>Writes an object with a run's <c>resources</c>, <c>invokes</c> and <c>outputs</c>.</summary>
    public static void Write(Utf8JsonWriter writer, RunRecord run)
    {
        writer.WriteStartObject();
        WriteMembers(writer, run);
        writer.WriteEndObject();
    }

    /// <summary>Writes the properties <c>resources</c>, <c>invokes</c> and <c>outputs</c> into an object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, RunRecord run)
    {
        writer.WriteStartArray("resources");
        foreach (var resource in run.Resources)
        {
            Write(writer, resource);
            // A writer keeps what it has not been told to hand on.
            if (writer.BytesPending > MostPending)
                writer.Flush();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("invokes");
        foreach (var invoke in run.Invokes)
            Write(writer, invoke);
        writer.WriteEndArray();
        writer.WritePropertyName("outputs");
        Write(writer, run.Outputs);
    }

    /// <summary>Writes a resource.</summary>
    public static void Write(Utf8JsonWriter writer, ResourceRecord resource)
    {
        writer.WriteStartObject();
        writer.WriteString("urn", resource.Urn);
        writer.WriteString("type", resource.Type);
        writer.WriteString("name", resource.Name);
        writer.WriteBoolean("custom", resource.IsCustom);
        writer.WriteString("parent", resource.Parent);
        writer.WriteString("provider", resource.Provider);
        if (resource.ReadId is not null)
            writer.WriteString("readId", resource.ReadId);
        writer.WritePropertyName("options");
        Write(writer, resource.Options);
        writer.WritePropertyName("inputs");
        Write(writer, resource.Inputs);
        WriteStrings(writer, "dependencies", resource.Dependencies);
        writer.WriteStartObject("propertyDependencies");
        foreach (var (property, urns) in resource.PropertyDependencies)
            WriteStrings(writer, property, urns);
        writer.WriteEndObject();
        if (resource.Outputs is not null)
        {
            writer.WritePropertyName("outputs");
            Write(writer, resource.Outputs);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a call of a provider function.</summary>
    public static void Write(Utf8JsonWriter writer, InvokeRecord invoke)
    {
        writer.WriteStartObject();
        writer.WriteString("token", invoke.Token);
        writer.WriteString("provider", invoke.Provider);
        writer.WritePropertyName("args");
        Write(writer, invoke.Args);
        writer.WritePropertyName("result");
        Write(writer, invoke.Result ?? PropertyValue.NullValue);
        writer.WriteEndObject();
    }

    /// <summary>Writes a property value.</summary>
    public static void Write(Utf8JsonWriter writer, PropertyValue value)
    {
        switch (value)
        {
            case PropertyValue.Bool { Value: var flag }:
                writer.WriteBooleanValue(flag);
                break;
            case PropertyValue.Number { Value: var number }:
                writer.WriteRawValue(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case PropertyValue.Text { Value: var text }:
                writer.WriteStringValue(text);
                break;
            case PropertyValue.List { Items: var items }:
                writer.WriteStartArray();
                foreach (var item in items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case PropertyValue.Map { Members: var members }:
                writer.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            case PropertyValue.AssetValue { Kind: var kind, Content: var content }:
                WriteMark(writer, "asset", mark => mark.WriteStringValue(kind), content);
                break;
            case PropertyValue.ResourceReference { Urn: var urn }:
                WriteMark(writer, "resource", mark => mark.WriteStringValue(urn));
                break;
            case PropertyValue.Secret:
                WriteMark(writer, "secret", mark => mark.WriteBooleanValue(true));
                break;
            case PropertyValue.Unknown:
                WriteMark(writer, "unknown", mark => mark.WriteBooleanValue(true));
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, RecordedOptions options)
    {
        writer.WriteStartObject();
        WriteStrings(writer, "additionalSecretOutputs", options.AdditionalSecretOutputs, always: false);
        WriteStrings(writer, "aliases", options.Aliases, always: false);
        if (options.DeleteBeforeReplace is { } deleteBeforeReplace)
            writer.WriteBoolean("deleteBeforeReplace", deleteBeforeReplace);
        WriteText(writer, "deletedWith", options.DeletedWith);
        WriteStrings(writer, "dependsOn", options.DependsOn, always: false);
        WriteStrings(writer, "hideDiffs", options.HideDiffs, always: false);
        WriteStrings(writer, "ignoreChanges", options.IgnoreChanges, always: false);
        WriteText(writer, "importId", options.ImportId);
        if (options.Protect)
            writer.WriteBoolean("protect", true);
        if (options.IsRemote)
            writer.WriteBoolean("remote", true);
        WriteStrings(writer, "replaceOnChanges", options.ReplaceOnChanges, always: false);
        if (options.RetainOnDelete)
            writer.WriteBoolean("retainOnDelete", true);
        WriteText(writer, "timeoutCreate", options.CreateTimeout?.ToString("c", CultureInfo.InvariantCulture));
        WriteText(writer, "timeoutDelete", options.DeleteTimeout?.ToString("c", CultureInfo.InvariantCulture));
        WriteText(writer, "timeoutUpdate", options.UpdateTimeout?.ToString("c", CultureInfo.InvariantCulture));
        WriteText(writer, "version", options.Version);
        writer.WriteEndObject();
    }

    private static void WriteMark(Utf8JsonWriter writer, string mark, Action<Utf8JsonWriter> value, string? content = null)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(mark);
        value(writer);
        WriteText(writer, "content", content);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
            writer.WriteString(name, text);
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, ImmutableArray<string> texts, bool always = true)
    {
        if (texts.IsEmpty && !always)
            return;
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static string ToText(Action<Utf8JsonWriter> write, JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, options))
            write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
