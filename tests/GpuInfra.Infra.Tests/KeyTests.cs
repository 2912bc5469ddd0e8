using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Tests;

public class KeyTests
{
    private const string Key = "aws:kms/key:Key";
    private const string GoogleKey = "gcp:kms/cryptoKey:CryptoKey";

    [Fact]
    public async Task A_region_has_one_key_for_its_disks_weights_and_logs()
    {
        var deployed = await Deployed.Of(A.Pool(), A.Pool(CloudProvider.Gcp));
        const string Arn = "arn:aws:mock:::gpuinfra-us-east-1";

        Assert.Equal("gpuinfra-us-east-1", deployed.One(Key).Name);
        Assert.Equal(Arn, deployed.One("aws:ec2/launchTemplate:LaunchTemplate")["blockDeviceMappings.0.ebs.kmsKeyId"]);
        Assert.Equal(Arn, deployed.One("aws:cloudwatch/logGroup:LogGroup")["kmsKeyId"]);
        Assert.Equal(Arn, deployed.One("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
            ["rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId"]);

        const string Id = "gpuinfra-us-central1-id";
        Assert.Equal(Id, deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate")["disks.0.diskEncryptionKey.kmsKeySelfLink"]);
        Assert.Equal(Id, deployed.One("gcp:storage/bucket:Bucket")["encryption.defaultKmsKeyName"]);
    }

    [Fact]
    public async Task Keys_rotate_and_a_deletion_can_be_taken_back_for_thirty_days()
    {
        var deployed = await Deployed.Of(A.Pool(), A.Pool(CloudProvider.Gcp));

        Assert.Equal(["true", "30"], [deployed.One(Key)["enableKeyRotation"]!, deployed.One(Key)["deletionWindowInDays"]!]);
        Assert.Equal(["7776000s", "2592000s"], [deployed.One(GoogleKey)["rotationPeriod"]!, deployed.One(GoogleKey)["destroyScheduledDuration"]!]);
    }

    [Fact]
    public async Task A_key_is_used_by_the_services_that_need_it_and_kept_by_the_account()
    {
        var policy = (await Deployed.Of(A.Pool())).One(Key)["policy"]!;
        var statements = JsonDocument.Parse(policy).RootElement.GetProperty("Statement").EnumerateArray()
            .ToDictionary(statement => statement.GetProperty("Sid").GetString()!);

        Assert.All(statements.Values, statement => Assert.DoesNotContain(
            statement.GetProperty("Action").EnumerateArray(), action => action.GetString()!.Contains('*')));
        Assert.DoesNotContain(statements["Keep"].GetProperty("Action").EnumerateArray(), action => action.GetString() == "kms:Decrypt");
        Assert.Equal("s3.us-east-1.amazonaws.com", Condition("WeightsByRoles", "StringEquals", "kms:ViaService"));
        Assert.Equal("logs.us-east-1.amazonaws.com", statements["Logs"].GetProperty("Principal").GetProperty("Service").GetString());
        Assert.Equal(
            $"arn:aws:logs:us-east-1:{A.Account}:log-group:gpuinfra-us-east-1-*",
            Condition("Logs", "ArnLike", "kms:EncryptionContext:aws:logs:arn"));

        Assert.All(["Disks", "DisksOfMachines"], id => Assert.Equal(
            $"arn:aws:iam::{A.Account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            Condition(id, "ArnEquals", "aws:PrincipalArn")));
        Assert.Equal("true", Condition("DisksOfMachines", "Bool", "kms:GrantIsForAWSResource"));

        string? Condition(string id, string test, string key) =>
            statements[id].GetProperty("Condition").GetProperty(test).GetProperty(key).GetString();
    }

    [Fact]
    public async Task Machines_may_decrypt_by_way_of_S3_only()
    {
        var policy = (await Deployed.Of(A.Pool())).One("aws:iam/rolePolicy:RolePolicy")["policy"]!;
        var decrypt = JsonDocument.Parse(policy).RootElement.GetProperty("Statement").EnumerateArray()
            .Single(statement => statement.GetProperty("Sid").GetString() == "DecryptWeights");

        Assert.Equal(["kms:Decrypt"], decrypt.GetProperty("Action").EnumerateArray().Select(action => action.GetString()));
        Assert.Equal(["arn:aws:mock:::gpuinfra-us-east-1"], decrypt.GetProperty("Resource").EnumerateArray().Select(arn => arn.GetString()));
        Assert.Equal(
            "s3.us-east-1.amazonaws.com",
            decrypt.GetProperty("Condition").GetProperty("StringEquals").GetProperty("kms:ViaService").GetString());
    }

    [Fact]
    public async Task Googles_services_use_a_key_by_their_own_accounts()
    {
        var grants = (await Deployed.Of(A.Pool(CloudProvider.Gcp))).All("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember");

        Assert.All(grants, grant => Assert.Equal(
            ["gpuinfra-us-central1-id", "roles/cloudkms.cryptoKeyEncrypterDecrypter"], [grant["cryptoKeyId"]!, grant["role"]!]));
        Assert.Equal(
            ["serviceAccount:service-42@compute-system.iam.gserviceaccount.com", "serviceAccount:storage-agent@example.com"],
            grants.Select(grant => grant["member"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Dev_has_keys_of_its_own_too()
    {
        var fleet = A.FleetPlan(DeploymentEnvironment.Dev, A.Pool(), A.Pool(CloudProvider.Gcp));
        var deployed = await Deployed.Of(fleet, A.Settings());

        Assert.Single(deployed.All(Key));
        Assert.Single(deployed.All(GoogleKey));
    }
}
