<?php
// Encrypts an element for a certificate by xmlseclibs, with a new key under RSA-OAEP:
// php encrypt.php CERTIFICATE CONTENT-ALGORITHM <ELEMENT >ENCRYPTED-DATA
use RobRichards\XMLSecLibs\XMLSecEnc;
use RobRichards\XMLSecLibs\XMLSecurityKey;

require '/usr/share/simplesamlphp/vendor/autoload.php';

[, $certificate, $content] = $argv;
$document = new DOMDocument();
$document->loadXML(stream_get_contents(STDIN));
$transport = new XMLSecurityKey(XMLSecurityKey::RSA_OAEP_MGF1P, ['type' => 'public']);
$transport->loadKey($certificate, true, true);
$key = new XMLSecurityKey($content);
$key->generateSessionKey();
$encryption = new XMLSecEnc();
$encryption->setNode($document->documentElement);
$encryption->type = XMLSecEnc::Element;
$encryption->encryptKey($transport, $key);
$encrypted = $encryption->encryptNode($key, false);
echo $encrypted->ownerDocument->saveXML($encrypted);
