using System.Buffers.Binary;
using System.IO.Compression;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>
/// Unpacks gzip and refuses a file that is cut off, which <see cref="GZipStream"/> takes for its end: a gzip file ends with the unpacked length of its last
/// member (RFC 1952). Of a file of several members, told by another header within it, that says nothing, and it is taken as it is.
/// </summary>
internal sealed class WholeGzip(Stream packed) : ForwardStream
{
    private const int HeaderLength = 10;
    private const int TrailerLength = 8;

    private readonly Tail _tail = new(packed);
    private GZipStream? _plain;
    private uint _length;

    /// <exception cref="InvalidDataException">The file is broken or cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        _plain ??= new GZipStream(_tail, CompressionMode.Decompress);
        var read = _plain.Read(buffer);
        _length = unchecked(_length + (uint)read);
        return read > 0 || buffer.IsEmpty || _tail.HasSeveralMembers || _tail.Ending == _length ? read : throw new InvalidDataException("the compressed file is cut off");
    }

    protected override void Dispose(bool disposing)
    {
        _plain?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Passes bytes on and remembers how they end.</summary>
    private sealed class Tail(Stream inner) : ForwardStream
    {
        private readonly byte[] _last = new byte[HeaderLength + TrailerLength];
        private long _seen;

        /// <summary>True once another member's header was seen.</summary>
        public bool HasSeveralMembers { get; private set; }

        /// <summary>The last four bytes as a number.</summary>
        public uint Ending => BinaryPrimitives.ReadUInt32LittleEndian(_last.AsSpan(_last.Length - sizeof(uint)));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            Note(buffer[..read]);
            return read;
        }

        private void Note(ReadOnlySpan<byte> read)
        {
            // A header may lie across what was read before.
            Span<byte> seam = stackalloc byte[_last.Length + HeaderLength];
            _last.CopyTo(seam);
            var from = read[..Math.Min(read.Length, HeaderLength)];
            from.CopyTo(seam[_last.Length..]);
            HasSeveralMembers = HasSeveralMembers || (_seen > _last.Length && HasHeader(seam[..(_last.Length + from.Length)])) || HasHeader(_seen == 0 && read.Length > 0 ? read[1..] : read);
            _seen += read.Length;
            var whole = read.Length >= _last.Length ? read[^_last.Length..] : read;
            _last.AsSpan(whole.Length).CopyTo(_last);
            whole.CopyTo(_last.AsSpan(_last.Length - whole.Length));
        }

        /// <summary>Looks for the ten bytes that a member begins with: so many agree by chance once in 10^11 bytes.</summary>
        private static bool HasHeader(ReadOnlySpan<byte> bytes)
        {
            while (bytes.IndexOf((ReadOnlySpan<byte>)[0x1F, 0x8B, 0x08]) is >= 0 and var at && bytes.Length - at >= HeaderLength)
            {
                if (bytes[at + 3] < 0x20 && bytes[at + 8] is (0 or 2 or 4) && bytes[at + 9] is (<= 13 or 255))
                {
                    return true;
                }

                bytes = bytes[(at + 1)..];
            }

            return false;
        }
    }
}
