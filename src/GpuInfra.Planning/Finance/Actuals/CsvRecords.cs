using System.Buffers;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>
/// The records of a CSV stream as bytes (RFC 4180: a field in quotes may hold commas, line breaks and doubled quotes), one at a time and without
/// a copy; memory does not grow with the stream. A record that breaks the rules costs its first line and nothing after it: a stray quote
/// would else swallow all rows up to the next one.
/// </summary>
internal sealed class CsvRecords(Stream stream)
{
    /// <summary>The longest record taken, in bytes.</summary>
    public const int LongestRecord = 1 << 20;

    private const byte Quote = (byte)'"';
    private const byte LineBreak = (byte)'\n';
    private const byte Return = (byte)'\r';

    private static readonly SearchValues<byte> Ends = SearchValues.Create(",\n"u8);

    // As much again as is moved to the front now and then is read between.
    private readonly byte[] _buffer = new byte[8 * LongestRecord];
    private byte[] _unquoted = [];
    private (int Start, int Length, bool Quoted)[] _fields = new (int, int, bool)[64];
    private int _start;
    private int _end;
    private bool _atEnd;
    private long _lines;

    /// <summary>The line that the record begins on, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Its fields; 0 for one that breaks the rules.</summary>
    public int Count { get; private set; }

    /// <summary>True when the stream ends without a line break after the record, so that it may be cut off.</summary>
    public bool IsUnfinished { get; private set; }

    /// <summary>A field without the quotes around it; doubled quotes within are still doubled. It holds until the next record.</summary>
    public ReadOnlySpan<byte> Raw(int field) => _buffer.AsSpan(_fields[field].Start, _fields[field].Length);

    /// <summary>A field as it is meant; it holds until the next call.</summary>
    public ReadOnlySpan<byte> Text(int field)
    {
        var raw = Raw(field);
        if (!_fields[field].Quoted || !raw.Contains(Quote))
        {
            return raw;
        }

        if (_unquoted.Length < raw.Length)
        {
            _unquoted = new byte[raw.Length];
        }

        var length = 0;
        for (var index = 0; index < raw.Length; index++)
        {
            _unquoted[length++] = raw[index];
            index += raw[index] == Quote ? 1 : 0;
        }

        return _unquoted.AsSpan(0, length);
    }

    /// <summary>Goes to the next record; false after the last. Empty lines are skipped.</summary>
    /// <exception cref="InvalidDataException">The stream is compressed and broken.</exception>
    public bool TryNext()
    {
        do
        {
            Fill();
            if (_start == _end)
            {
                return false;
            }

            Next();
        }
        while (Count == 1 && _fields[0] is { Length: 0, Quoted: false });
        return true;
    }

    private void Next()
    {
        var rest = _buffer.AsSpan(_start, _end - _start);
        rest = rest[..Math.Min(rest.Length, LongestRecord)];
        var isWhole = TryRecord(rest, out var length, out var breaks);
        if (!isWhole)
        {
            (Count, breaks) = (0, 0);
            var line = _buffer.AsSpan(_start, _end - _start).IndexOf(LineBreak);
            length = line < 0 ? _end - _start : line + 1;
        }

        Line = _lines + 1;
        _lines += breaks + 1;
        _start += length;
        IsUnfinished = _atEnd && _start == _end && _buffer[_end - 1] != LineBreak;
    }

    /// <summary>Finds the fields of a record at the beginning of what is there; false where it breaks the rules or is too long.</summary>
    /// <param name="rest">What is there.</param>
    /// <param name="length">The record's bytes, with its line break.</param>
    /// <param name="breaks">Line breaks within its quotes.</param>
    private bool TryRecord(ReadOnlySpan<byte> rest, out int length, out int breaks)
    {
        (Count, breaks) = (0, 0);
        var at = 0;
        while (true)
        {
            var quoted = at < rest.Length && rest[at] == Quote;
            var from = quoted ? at + 1 : at;
            var close = from;
            if (quoted && !TryClose(rest, from, out close))
            {
                length = 0;
                return false;
            }

            var after = quoted ? close + 1 : from;
            var found = rest[after..].IndexOfAny(Ends);
            var stop = found < 0 ? rest.Length : after + found;
            var isLast = found < 0 || rest[stop] == LineBreak;
            var end = isLast && stop > after && rest[stop - 1] == Return ? stop - 1 : stop;
            if ((found < 0 && !IsAll(rest)) || (quoted && end != after))
            {
                length = 0;
                return false;
            }

            breaks += quoted ? rest[from..close].Count(LineBreak) : 0;
            Add(from, (quoted ? close : end) - from, quoted);
            at = stop + 1;
            if (isLast)
            {
                length = Math.Min(at, rest.Length);
                return true;
            }
        }
    }

    /// <summary>True when nothing comes after what is there.</summary>
    private bool IsAll(ReadOnlySpan<byte> rest) => _atEnd && _start + rest.Length == _end;

    private static bool TryClose(ReadOnlySpan<byte> rest, int from, out int close)
    {
        close = from;
        while (rest[close..].IndexOf(Quote) is var found and >= 0)
        {
            close += found;
            if (close + 1 == rest.Length || rest[close + 1] != Quote)
            {
                return true;
            }

            close += 2;
        }

        return false;
    }

    private void Add(int from, int length, bool quoted)
    {
        if (Count == _fields.Length)
        {
            Array.Resize(ref _fields, Count * 2);
        }

        _fields[Count++] = (_start + from, length, quoted);
    }

    /// <summary>Sees to it that the longest record is there, unless the stream ends before.</summary>
    private void Fill()
    {
        if (_atEnd || _end - _start >= LongestRecord)
        {
            return;
        }

        Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        (_start, _end) = (0, _end - _start);
        while (!_atEnd && _end < _buffer.Length)
        {
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _atEnd = read == 0;
        }
    }
}
