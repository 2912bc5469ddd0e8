using CsvHelper;

namespace GpuInfra.Cli.Csv;

/// <summary>Writes a CSV file (RFC 4180) with line feeds; fields are quoted where they must be.</summary>
internal sealed class CsvOutput(Stream stream) : IDisposable
{
    private readonly CsvWriter _writer = CsvWriter.Create(stream, CsvWriterOptions.Default with { NewLine = "\n" }, leaveOpen: true);

    /// <summary>Writes one row; all have as many fields as the first.</summary>
    public void Write(IEnumerable<string> fields)
    {
        foreach (var field in fields)
        {
            _writer.WriteField(field);
        }

        _writer.EndRecord();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
