using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>
/// Turns YAML text into <see cref="PlanNode"/>s. Only what a plan needs is taken: one document of maps, lists and plain values.
/// Anchors, aliases and tags are refused, since a reviewer must see each figure where it counts.
/// </summary>
internal sealed class YamlTree
{
    private const int DeepestNesting = 20;

    private readonly string _file;
    private readonly PlanReading _reading;
    private readonly IParser _parser;

    private YamlTree(string text, string file, PlanReading reading) =>
        (_parser, _file, _reading) = (new Parser(new StringReader(text)), file, reading);

    /// <summary>The document's keys; null after noting why there are none.</summary>
    public static MapNode? Read(string text, string file, PlanReading reading)
    {
        try
        {
            return new YamlTree(text, file, reading).Document();
        }
        catch (YamlException problem)
        {
            reading.Refuse(new(file, (int)problem.Start.Line, (int)problem.Start.Column, "", $"not valid YAML: {Reason(problem)}"));
            return null;
        }
    }

    private static string Reason(YamlException problem) => problem.Message.TrimEnd('.') is { Length: > 0 } message
        ? char.ToLowerInvariant(message[0]) + message[1..]
        : "unreadable here";

    private MapNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Current is StreamEnd)
        {
            _reading.Refuse(new(_file, 0, 0, "", "the plan is empty: it has comments at most"));
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = Node("", 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
        {
            Refuse(second, "", "a second document begins here: a plan is a single one, so remove the \"---\"");
        }

        switch (root)
        {
            case MapNode map:
                return map;
            case ScalarNode { IsNull: true }:
                _reading.Refuse(new(_file, 0, 0, "", "the plan is empty"));
                return null;
            default:
                _reading.Refuse(root, "", "a plan is a group of keys, as \"version: 1\"");
                return null;
        }
    }

    private PlanNode Node(string path, int depth)
    {
        var start = _parser.Current!;
        if (depth > DeepestNesting)
        {
            throw new YamlException(start.Start, start.End, $"Nested more than {DeepestNesting} levels deep.");
        }

        if (start is NodeEvent node)
        {
            RefuseAnchorOrTag(node, path);
        }

        switch (start)
        {
            case Scalar scalar:
                _parser.MoveNext();
                return Leaf(scalar, scalar.Value, scalar.Style is not ScalarStyle.Plain);
            case SequenceStart:
                return List(path, depth);
            case MappingStart:
                return Map(path, depth);
            case AnchorAlias alias:
                _parser.MoveNext();
                Refuse(alias, path, $"aliases are not taken: write the value in place of *{alias.Value}");
                return Leaf(alias, "", true);
            default:
                throw new YamlException(start.Start, start.End, "A value is expected.");
        }
    }

    private ListNode List(string path, int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = ImmutableArray.CreateBuilder<PlanNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node($"{path}[{items.Count}]", depth + 1));
        }

        return new ListNode(_file, Line(start), Column(start), items.ToImmutable());
    }

    private MapNode Map(string path, int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = ImmutableArray.CreateBuilder<MapEntry>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(path, depth + 1);
            var name = (key as ScalarNode)?.Text ?? "";
            var value = Node(path.Length == 0 ? name : $"{path}.{name}", depth + 1);
            if (key is not ScalarNode scalar)
            {
                _reading.Refuse(key, path, "a key must be a single word");
            }
            else if (lines.TryAdd(name, scalar.Line))
            {
                entries.Add(new MapEntry(scalar, value));
            }
            else
            {
                _reading.Refuse(key, path.Length == 0 ? name : $"{path}.{name}", $"this key stands here twice; the first is on line {lines[name]}");
            }
        }

        return new MapNode(_file, Line(start), Column(start), entries.ToImmutable());
    }

    private void RefuseAnchorOrTag(NodeEvent node, string path)
    {
        if (!node.Anchor.IsEmpty)
        {
            Refuse(node, path, $"anchors are not taken: remove &{node.Anchor.Value}");
        }

        if (!node.Tag.IsEmpty)
        {
            Refuse(node, path, $"tags are not taken: remove {node.Tag.Value}");
        }
    }

    private ScalarNode Leaf(ParsingEvent at, string text, bool quoted) => new(_file, Line(at), Column(at), text, quoted);

    private void Refuse(ParsingEvent at, string path, string message) =>
        _reading.Refuse(new(_file, Line(at), Column(at), path, message));

    private static int Line(ParsingEvent at) => (int)at.Start.Line;

    private static int Column(ParsingEvent at) => (int)at.Start.Column;
}
