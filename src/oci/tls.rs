//! Whom a registry is trusted by, and how it knows who asks without a password.

use std::{fs, path::PathBuf, sync::Arc};

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, TlsConfig, parse_pem};

use crate::{
    http,
    oci::{OciError, Settings},
};

pub(super) fn config(settings: &Settings) -> Result<TlsConfig, OciError> {
    let read = |path: &PathBuf, what| {
        fs::read(path).map_err(|_| OciError::Certificates { path: path.clone(), what })
    };
    let certificates = |path: &PathBuf| {
        let what = "certificate";
        let found = http::certificates(&read(path, what)?).unwrap_or_default();
        if found.is_empty() {
            Err(OciError::Certificates { path: path.clone(), what })
        } else {
            Ok(found)
        }
    };
    let mut tls = TlsConfig::builder();
    if let Some(path) = &settings.certificates {
        tls = tls.root_certs(http::roots(certificates(path)?));
    }
    if let Some((path, key)) = &settings.identity {
        let chain = certificates(path)?;
        let found = private_key(&read(key, "private key")?);
        let key = found
            .ok_or_else(|| OciError::Certificates { path: key.clone(), what: "private key" })?;
        if !fits(&chain, &key) {
            return Err(OciError::Identity(path.clone()));
        }
        tls = tls.client_cert(Some(ClientCert::new_with_certs(&chain, key)));
    }
    Ok(tls.build())
}

/// Whether a certificate is one that a server can be shown, and the key is its own.
fn fits(chain: &[Certificate<'static>], key: &PrivateKey<'static>) -> bool {
    let chain = chain.iter().map(|one| CertificateDer::from(one.der().to_vec())).collect();
    let Ok(key) = PrivateKeyDer::try_from(key.der().to_vec()) else { return false };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider);
    let Ok(config) = config.with_safe_default_protocol_versions() else { return false };
    let config = config.with_root_certificates(rustls::RootCertStore::empty());
    config.with_client_auth_cert(chain, key).is_ok()
}

fn private_key(pem: &[u8]) -> Option<PrivateKey<'static>> {
    parse_pem(pem).find_map(|item| match item {
        Ok(PemItem::PrivateKey(key)) => Some(key),
        _ => None,
    })
}
