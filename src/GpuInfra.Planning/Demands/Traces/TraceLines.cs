namespace GpuInfra.Planning.Demands.Traces;

/// <summary>The lines of a stream as bytes, one at a time and without a copy; memory does not grow with the stream.</summary>
internal sealed class TraceLines(Stream stream)
{
    /// <summary>The longest line taken: a log may hold whole prompts.</summary>
    private const int LongestLine = 64 << 20;

    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>The number of the line read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>True when the line read last is the stream's last and has no line break after it, so that it may be cut off.</summary>
    public bool IsUnfinished { get; private set; }

    /// <summary>The next line without its line break; it holds until the next call. False after the last.</summary>
    /// <exception cref="InvalidDataException">A line is longer than 64 MiB, or the stream is compressed and broken.</exception>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var length = rest[searched..].IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = rest[..(searched + length)];
                _start += line.Length + 1;
                break;
            }

            searched = rest.Length;
            if (_atEnd)
            {
                line = rest;
                _start = _end;
                IsUnfinished = !rest.IsEmpty;
                if (rest.IsEmpty)
                {
                    return false;
                }

                break;
            }

            Fill();
        }

        line = line is [.., (byte)'\r'] ? line[..^1] : line;
        Number++;
        return true;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_end >= LongestLine)
            {
                throw new InvalidDataException($"line {Number + 1} is longer than 64 MiB");
            }

            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _atEnd = read == 0;
    }
}
