using System.Security.Cryptography;
using System.Text;

namespace GpuInfra.Infra.Common;

/// <summary>
/// A file for which user data has no room: GPU machines fetch it from their region's bucket by its sum. Another text is another file there, so that no machine
/// gets one half new.
/// </summary>
/// <param name="Root">What its path in the bucket begins with, which is what a machine's right to read is about.</param>
/// <param name="Name">Its name on the machine, as <c>exporters.sh</c>.</param>
/// <param name="Content">Its text.</param>
internal sealed record MachineFile(string Root, string Name, string Content)
{
    /// <summary>SHA-256 of the text, in hexadecimal.</summary>
    public string Sum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Content)));

    /// <summary>Where it is in the bucket.</summary>
    public string Key => $"{Root}/{Sum}/{Name}";

    /// <summary>What of it stands in a resource's name.</summary>
    public string Label => Path.GetFileNameWithoutExtension(Name);

    /// <summary>The part of a machine's script that defines <c>fetch_files FOLDER FILE…</c>; a file is its path in the bucket. It fails where one cannot be had whole.</summary>
    public const string Fetcher = """
        fetch_files() {
          local folder=$1 wanted
          shift
          mkdir -p "${folder}"
          for wanted in "$@"; do
            if [[ ${CLOUD} == aws ]]; then
              aws s3 cp --region "${REGION}" --only-show-errors "s3://${BUCKET}/${wanted}" "${folder}/"
            else
              gcloud --quiet storage cp "gs://${BUCKET}/${wanted}" "${folder}/"
            fi && sha256sum --check --quiet - <<< "$(cut -d/ -f2 <<< "${wanted}")  ${folder}/${wanted##*/}" || return 1
          done
        }

        """;
}
