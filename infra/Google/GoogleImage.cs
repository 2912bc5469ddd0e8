namespace GpuInfra.Infra.Google;

/// <summary>Where an image is in Artifact Registry: <c>location-docker.pkg.dev/project/repository/image@digest</c>.</summary>
/// <param name="Location">The region or multi-region.</param>
/// <param name="Project">The project.</param>
/// <param name="Repository">The repository.</param>
internal sealed record GoogleImage(string Location, string Project, string Repository)
{
    private const string Host = "-docker.pkg.dev";

    /// <summary>Reads a name that the configuration's check has let through.</summary>
    public static GoogleImage Parse(string image)
    {
        var parts = image.Split('/');
        return new GoogleImage(parts[0][..^Host.Length], parts[1], parts[2]);
    }
}
