using System.Text;
using System.Text.Json;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>JSON lines: an object a line, among whose members the three figures are; others are passed over.</summary>
internal sealed class JsonTrace(TraceFields fields) : TraceFormat
{
    private readonly byte[][][] _paths =
        [.. new[] { fields.Time, fields.Input, fields.Output }.Select(path => path.Split('.').Select(Encoding.UTF8.GetBytes).ToArray())];

    // Where in the line each figure's text stands.
    private readonly Range[] _found = new Range[3];

    public override string Name => $"JSON lines with {fields}";

    /// <summary>True when a line is an object with these fields.</summary>
    public static bool Fits(ReadOnlySpan<byte> line, TraceFields fields) => new JsonTrace(fields).Find(line) is null;

    public override string? Read(ReadOnlySpan<byte> line, out TraceRequest request)
    {
        request = default;
        return Find(line) ?? Request(fields, line[_found[0]], line[_found[1]], line[_found[2]], out request);
    }

    private string? Find(ReadOnlySpan<byte> line)
    {
        Array.Clear(_found);
        var json = new Utf8JsonReader(line);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return "is not a JSON object";
            }

            Object(ref json, depth: 0, candidates: 0b111);
            if (json.Read())
            {
                return "has something after its JSON object";
            }
        }
        catch (JsonException)
        {
            return "is not valid JSON";
        }

        for (var i = 0; i < _found.Length; i++)
        {
            if (_found[i].Equals(default))
            {
                return $"{Path(i)} is missing";
            }
        }

        return null;
    }

    /// <summary>Walks an object's members; a candidate is a figure whose path led here.</summary>
    private void Object(ref Utf8JsonReader json, int depth, int candidates)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (ends, leads) = (0, 0);
            for (var i = 0; i < _paths.Length; i++)
            {
                if ((candidates & (1 << i)) != 0 && json.ValueTextEquals(_paths[i][depth]))
                {
                    (ends, leads) = _paths[i].Length == depth + 1 ? (ends | (1 << i), leads) : (ends, leads | (1 << i));
                }
            }

            json.Read();
            if (ends != 0 && json.TokenType is JsonTokenType.Number or JsonTokenType.String)
            {
                var start = (int)json.TokenStartIndex + (json.TokenType == JsonTokenType.String ? 1 : 0);
                for (var i = 0; i < _found.Length; i++)
                {
                    _found[i] = (ends & (1 << i)) != 0 ? start..(start + json.ValueSpan.Length) : _found[i];
                }
            }
            else if (leads != 0 && json.TokenType == JsonTokenType.StartObject)
            {
                Object(ref json, depth + 1, leads);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private string Path(int figure) => string.Join('.', _paths[figure].Select(Encoding.UTF8.GetString));
}
