/** S3 User Guide, "Bucket naming rules", as far as they concern general purpose buckets. */
export const bucketName =
  /^(?!xn--)(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
