namespace GpuInfra.Planning.Demands.Traces;

/// <summary>Reads files that may be compressed, whatever their names say.</summary>
internal static class Unpacked
{
    /// <summary>The stream, unpacked where its first bytes say that it is gzip. It need not be one that can be rewound; one that is cut off ends with an <see cref="InvalidDataException"/>.</summary>
    public static Stream Of(Stream stream)
    {
        var head = new byte[2];
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(head.AsMemory(0, read), stream);
        return head is [0x1F, 0x8B] ? new WholeGzip(whole) : whole;
    }
}
