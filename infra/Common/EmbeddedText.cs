namespace GpuInfra.Infra.Common;

/// <summary>Files of <c>Assets/</c>, which the program carries within itself.</summary>
internal static class EmbeddedText
{
    /// <summary>A file's text, lines ending as on Linux.</summary>
    /// <param name="name">Its path in <c>Assets/</c>.</param>
    public static string Read(string name)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
