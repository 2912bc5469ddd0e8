using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Pulumi.Offline;

/// <summary>A small YAML file whose root is a mapping, with errors that name file and line.</summary>
internal sealed class YamlFile
{
    /// <summary>No configuration is larger or deeper; what is, is something else and is not read.</summary>
    private const int MaxBytes = 1_000_000;

    private const int MaxDepth = 64;

    private readonly string _path;
    private readonly YamlMappingNode _root;

    public YamlFile(string path)
    {
        _path = path;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new StackConfigurationException(path, null, "is larger than 1 MB");
            var text = File.ReadAllText(path);
            RefuseAliasesAndDepth(text);
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            _root = yaml.Documents switch
            {
                [] => new YamlMappingNode(),
                [{ RootNode: YamlMappingNode mapping }] => mapping,
                [{ RootNode: var other }, ..] => throw Error(other, "a mapping is expected, and one document"),
            };
        }
        catch (YamlException error)
        {
            throw new StackConfigurationException(path, error.Start.Line, error.InnerException?.Message ?? error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StackConfigurationException(path, null, error.Message);
        }
    }

    public StackConfigurationException Error(YamlNode node, string problem) => new(_path, node.Start.Line, problem);

    /// <summary>The text of a member of the root; null if it is not there.</summary>
    public string? Text(string name)
    {
        return Find(name) switch
        {
            null => null,
            YamlScalarNode { Value: { Length: > 0 } text } => text,
            { } node => throw Error(node, $"'{name}' is a text"),
        };
    }

    /// <summary>The members of a mapping that is a member of the root; none if it is not there.</summary>
    public IEnumerable<(string Key, YamlNode Node)> Members(string name)
    {
        var node = Find(name);
        if (node is null or YamlScalarNode { Value: "" or null })
            return [];
        if (node is not YamlMappingNode mapping)
            throw Error(node, $"'{name}' is a mapping");
        return mapping.Children.Select(member => member.Key is YamlScalarNode { Value: { } key }
            ? (key, member.Value)
            : throw Error(member.Key, "a key is a text"));
    }

    /// <summary>A configuration value: a scalar as its text, a structure as JSON text, anything encrypted as a secret.</summary>
    public ConfigurationValue Value(YamlNode node)
    {
        if (node is YamlScalarNode scalar)
            return new ConfigurationValue(scalar.Value ?? "");
        if (HoldsSecret(node))
            return ConfigurationValue.Secret;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            WriteJson(writer, node);
        return new ConfigurationValue(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static bool HoldsSecret(YamlNode node) => node switch
    {
        YamlMappingNode { Children: { Count: 1 } only } when only.Single().Key is YamlScalarNode { Value: "secure" } => true,
        YamlMappingNode { Children: var members } => members.Values.Any(HoldsSecret),
        YamlSequenceNode { Children: var items } => items.Any(HoldsSecret),
        _ => false,
    };

    private static void WriteJson(Utf8JsonWriter writer, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                writer.WriteStartObject();
                foreach (var (key, value) in mapping.Children.OrderBy(member => member.Key.ToString(), StringComparer.Ordinal))
                {
                    writer.WritePropertyName(key.ToString());
                    WriteJson(writer, value);
                }

                writer.WriteEndObject();
                break;
            case YamlSequenceNode sequence:
                writer.WriteStartArray();
                foreach (var item in sequence)
                    WriteJson(writer, item);
                writer.WriteEndArray();
                break;
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: var text }:
                WritePlainScalar(writer, text ?? "");
                break;
            default:
                writer.WriteStringValue(((YamlScalarNode)node).Value);
                break;
        }
    }

    private static void WritePlainScalar(Utf8JsonWriter writer, string text)
    {
        if (text is "true" or "false")
            writer.WriteBooleanValue(text == "true");
        else if (text is "" or "~" or "null")
            writer.WriteNullValue();
        else if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
            writer.WriteNumberValue(integer);
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            writer.WriteNumberValue(number);
        else
            writer.WriteStringValue(text);
    }

    /// <summary>Keeps a few lines from standing for a document without end.</summary>
    private void RefuseAliasesAndDepth(string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (parser.Current is AnchorAlias)
                throw new StackConfigurationException(_path, parser.Current.Start.Line, "aliases are not used in configuration");
            if (depth > MaxDepth)
                throw new StackConfigurationException(_path, parser.Current.Start.Line, $"is nested deeper than {MaxDepth} levels");
        }
    }

    private YamlNode? Find(string name)
        => _root.Children.FirstOrDefault(member => member.Key is YamlScalarNode { Value: var key } && key == name).Value;
}
