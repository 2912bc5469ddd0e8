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
    private readonly Queue<ParsingEvent> _events;
    private bool _hasAlias;

    private YamlTree(IEnumerable<ParsingEvent> events, string file, PlanReading reading) =>
        (_events, _file, _reading) = (new Queue<ParsingEvent>(events), file, reading);

    /// <summary>The document's keys; null after noting why there are none.</summary>
    public static MapNode? Read(string text, string file, PlanReading reading)
    {
        var events = new List<ParsingEvent>();
        try
        {
            Parse(text, events);
            return new YamlTree(events, file, reading).Document();
        }
        catch (YamlException problem)
        {
            reading.Refuse(new(file, (int)problem.Start.Line, (int)problem.Start.Column, "", $"not valid YAML: {Reason(problem)}"));
            return null;
        }
    }

    /// <summary>Reads the parser's events, all before any is used, so that the parser's own failures cannot be taken for ours.</summary>
    private static void Parse(string text, List<ParsingEvent> events)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        try
        {
            while (parser.MoveNext())
            {
                var next = parser.Current!;
                events.Add(next);
                depth += next.NestingIncrease;
                if (depth > DeepestNesting)
                {
                    throw new YamlException(next.Start, next.End, $"Nested more than {DeepestNesting} levels deep.");
                }
            }

        }
        catch (InvalidOperationException)
        {
            // YamlDotNet 16.3 ends so, without a place, on a few malformed texts ("{ a: b\nc: d" is one); what follows the last event is wrong.
            var last = events.Count == 0 ? Mark.Empty : events[^1].End;
            throw new YamlException(last, last, "What follows cannot be read; is a bracket not closed?");
        }
    }

    private static string Reason(YamlException problem) => problem.Message.TrimEnd('.') is { Length: > 0 } message
        ? char.ToLowerInvariant(message[0]) + message[1..]
        : "unreadable here";

    private MapNode? Document()
    {
        Next();
        if (_events.Peek() is StreamEnd)
        {
            _reading.Refuse(new(_file, 1, 1, "", "the plan is empty: it has comments at most"));
            return null;
        }

        Next();
        var root = Node("");
        Next();
        if (_events.Peek() is DocumentStart second)
        {
            Refuse(second, "", "a second document begins here: a plan is a single one, so remove the \"---\"");
        }

        switch (root)
        {
            case var _ when _hasAlias:
                return null;
            case MapNode map:
                return map;
            case ScalarNode { IsNull: true }:
                _reading.Refuse(new(_file, 1, 1, "", "the plan is empty"));
                return null;
            default:
                _reading.Refuse(root, "", "a plan is a group of keys, as \"version: 1\"");
                return null;
        }
    }

    private ParsingEvent Next() => _events.Dequeue();

    private PlanNode Node(string path)
    {
        var start = Next();
        if (start is NodeEvent node)
        {
            RefuseAnchorOrTag(node, path);
        }

        switch (start)
        {
            case Scalar scalar:
                return Leaf(scalar, Clean(scalar, path), scalar.Style is not ScalarStyle.Plain);
            case SequenceStart:
                return List(start, path);
            case MappingStart:
                return Map(start, path);
            case AnchorAlias alias:
                _hasAlias = true;
                Refuse(alias, path, $"aliases are not taken: write the value in place of *{alias.Value}");
                return Leaf(alias, "", true);
            default:
                // The parser takes "- : x" for a map that ends after a key.
                throw new YamlException(start.Start, start.End, "A key without a name, or without a value.");
        }
    }

    private ListNode List(ParsingEvent start, string path)
    {
        var items = ImmutableArray.CreateBuilder<PlanNode>();
        while (_events.Peek() is not SequenceEnd)
        {
            items.Add(Node($"{path}[{items.Count}]"));
        }

        Next();
        return new ListNode(_file, Line(start), Column(start), items.ToImmutable());
    }

    private MapNode Map(ParsingEvent start, string path)
    {
        var entries = ImmutableArray.CreateBuilder<MapEntry>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (_events.Peek() is not MappingEnd)
        {
            var key = Node(path);
            var name = (key as ScalarNode)?.Text ?? "";
            var value = Node(path.Length == 0 ? name : $"{path}.{name}");
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
                var here = path.Length == 0 ? name : $"{path}.{name}";
                _reading.Refuse(key, here, $"this key stands here twice; the first is on line {lines[name]}");
            }
        }

        Next();
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

    /// <summary>The text without line breaks and control characters: no value needs them, and they would upset terminals and tables.</summary>
    private string Clean(Scalar scalar, string path)
    {
        if (!scalar.Value.Any(char.IsControl))
        {
            return scalar.Value;
        }

        Refuse(scalar, path, "line breaks and control characters are not taken in a value");
        return string.Concat(scalar.Value.Where(letter => !char.IsControl(letter)));
    }

    private ScalarNode Leaf(ParsingEvent at, string text, bool quoted) => new(_file, Line(at), Column(at), text, quoted);

    private void Refuse(ParsingEvent at, string path, string message) =>
        _reading.Refuse(new(_file, Line(at), Column(at), path, message));

    private static int Line(ParsingEvent at) => (int)at.Start.Line;

    private static int Column(ParsingEvent at) => (int)at.Start.Column;
}
